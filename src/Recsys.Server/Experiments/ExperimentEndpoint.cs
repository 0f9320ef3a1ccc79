using Grpc.Core;
using Recsys.Server.Errors;
using Recsys.Server.Mapping;
using Recsys.Server.Streaming;
using Recsys.Server.Validation;
using Recsys.Serving.Experiments;

namespace Recsys.Server.Experiments;

/// <summary>recsys.v1.ExperimentService.</summary>
internal sealed class ExperimentEndpoint(StreamContext streams) : V1.ExperimentService.ExperimentServiceBase
{
    private ExperimentRegistry Experiments => streams.Engine.Experiments;

    public override async Task<V1.GetExperimentResponse> GetExperiment(V1.GetExperimentRequest request, ServerCallContext context)
    {
        var ns = ReadId(request.Namespace, request.ExperimentId);
        return new V1.GetExperimentResponse { Experiment = ExperimentMapping.Write(await Experiments.GetAsync(ns, request.ExperimentId, context.CancellationToken)) };
    }

    public override Task<V1.ListExperimentsResponse> ListExperiments(V1.ListExperimentsRequest request, ServerCallContext context)
    {
        var violations = new FieldViolations();
        var ns = violations.Namespace(request.Namespace);
        var pageSize = violations.ListingPageSize(request.PageSize);
        var listing = $"experiments/{ns}";
        var after = PageTokens.Read(request.PageToken, listing, violations);
        violations.ThrowIfAny();
        var response = new V1.ListExperimentsResponse();
        response.NextPageToken = ListingPage.Fill(
            response.Experiments, Experiments.List(ns), experiment => experiment.ExperimentId, ExperimentMapping.Write, after, pageSize, listing);
        return Task.FromResult(response);
    }

    public override async Task<V1.PutExperimentResponse> PutExperiment(V1.PutExperimentRequest request, ServerCallContext context)
    {
        var violations = new FieldViolations();
        var ns = violations.Namespace(request.Namespace);
        violations.Id("etag", request.Etag, required: false);
        if (request.Experiment is null) violations.Add("experiment", "is required");
        var experiment = ExperimentMapping.Read(request.Experiment ?? new V1.Experiment(), violations.In("experiment"));
        violations.In("");

        // What isn't even a text, or a list of bounded length, needs no word on what it says.
        if (!violations.Any)
        {
            foreach (var violation in await Experiments.CheckAsync(ns, experiment, context.CancellationToken)) violations.Add(violation.Field, violation.Description);
        }

        violations.ThrowIfAny();
        var written = await Experiments.PutAsync(ns, experiment, request.Etag, request.ValidateOnly, context.CancellationToken);
        return new V1.PutExperimentResponse { Experiment = ExperimentMapping.Write(written.Experiment), Created = written.Created, ReplicasPending = written.ReplicasPending };
    }

    public override async Task<V1.StopExperimentResponse> StopExperiment(V1.StopExperimentRequest request, ServerCallContext context)
    {
        var ns = ReadId(request.Namespace, request.ExperimentId, request.Etag);
        var written = await Experiments.StopAsync(ns, request.ExperimentId, request.Etag, context.CancellationToken);
        return new V1.StopExperimentResponse { Experiment = ExperimentMapping.Write(written.Experiment), ReplicasPending = written.ReplicasPending };
    }

    public override async Task<V1.DeleteExperimentResponse> DeleteExperiment(V1.DeleteExperimentRequest request, ServerCallContext context)
    {
        var ns = ReadId(request.Namespace, request.ExperimentId, request.Etag);
        return new V1.DeleteExperimentResponse { ReplicasPending = await Experiments.DeleteAsync(ns, request.ExperimentId, request.Etag, context.CancellationToken) };
    }

    public override async Task ReportExperiment(
        V1.ReportExperimentRequest request, IServerStreamWriter<V1.ReportExperimentResponse> responseStream, ServerCallContext context)
    {
        var ns = ReadId(request.Namespace, request.ExperimentId);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, streams.Stopping);
        await foreach (var (progress, outcome) in Experiments.ReportAsync(ns, request.ExperimentId, either.Token))
        {
            var response = outcome is not null
                ? new V1.ReportExperimentResponse { Report = ExperimentMapping.Write(outcome) }
                : new V1.ReportExperimentResponse { Progress = new V1.ExperimentProgress { Users = progress!.Users, Events = progress.Events } };
            await responseStream.WriteAsync(response, either.Token);
        }
    }

    public override async Task ExportExposures(
        V1.ExportExposuresRequest request, IServerStreamWriter<V1.ExportExposuresResponse> responseStream, ServerCallContext context)
    {
        var violations = new FieldViolations();
        var ns = violations.Namespace(request.Namespace);
        violations.Id("placement", request.Placement);
        var (fromMs, toMs) = (violations.Time("from_time", request.FromTime), violations.Time("to_time", request.ToTime));
        if (fromMs >= toMs) violations.Add("to_time", "must be after from_time");
        violations.ThrowIfAny();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, streams.Stopping);
        await foreach (var batch in streams.Engine.Exposures.ReadAsync(ns, request.Placement, fromMs ?? long.MinValue, toMs ?? long.MaxValue, either.Token))
            await responseStream.WriteAsync(ExposureMapping.Write(batch), either.Token);
    }

    private static string ReadId(string ns, string experimentId, string etag = "")
    {
        var violations = new FieldViolations();
        var result = violations.Namespace(ns);
        violations.Id("experiment_id", experimentId);
        violations.Id("etag", etag, required: false);
        violations.ThrowIfAny();
        return result;
    }
}
