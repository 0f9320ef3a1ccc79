using Grpc.Core;
using Recsys.Server.Errors;
using Recsys.Server.Mapping;
using Recsys.Server.Streaming;
using Recsys.Server.Validation;
using Recsys.Serving.Models;

namespace Recsys.Server.Models;

/// <summary>recsys.v1.ModelService.</summary>
internal sealed class ModelEndpoint(StreamContext streams) : V1.ModelService.ModelServiceBase
{
    public const int MaxEpochs = 200;
    private const long DefaultSeed = 1;

    private ModelRegistry Models => streams.Engine.Models;

    public override async Task TrainModel(
        V1.TrainModelRequest request, IServerStreamWriter<V1.TrainModelResponse> responseStream, ServerCallContext context)
    {
        var violations = new FieldViolations();
        var ns = violations.Namespace(request.Namespace);
        violations.Range("epochs", request.Epochs, 0, MaxEpochs);
        if (request.SettingsJson.Length > 0) TrainerSettingsJson.Check("settings_json", request.SettingsJson, violations);
        violations.ThrowIfAny();
        var options = new TrainingOptions
        {
            Epochs = request.Epochs,
            Seed = Seed(request.Seed),
            SettingsJson = request.SettingsJson.Length > 0 ? request.SettingsJson : null,
            Activate = !request.SkipActivation,
        };
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, streams.Stopping);
        await foreach (var (progress, model) in Models.TrainAsync(ns, options, either.Token))
        {
            var response = model is not null
                ? new V1.TrainModelResponse { Model = ModelMapping.Write(model) }
                : new V1.TrainModelResponse { Progress = ModelMapping.Write(progress!) };
            await responseStream.WriteAsync(response, either.Token);
        }
    }

    public override async Task EvaluateModel(
        V1.EvaluateModelRequest request, IServerStreamWriter<V1.EvaluateModelResponse> responseStream, ServerCallContext context)
    {
        var violations = new FieldViolations();
        var ns = violations.Namespace(request.Namespace);
        var options = EvaluationRequests.Read(request, violations);
        violations.ThrowIfAny();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, streams.Stopping);
        await foreach (var (progress, report) in Models.EvaluateAsync(ns, options, either.Token))
        {
            await responseStream.WriteAsync(ModelMapping.Write(progress, report), either.Token);
        }
    }

    public override async Task<V1.ListModelsResponse> ListModels(V1.ListModelsRequest request, ServerCallContext context)
    {
        var violations = new FieldViolations();
        var ns = violations.Namespace(request.Namespace);
        var pageSize = violations.ListingPageSize(request.PageSize);
        var listing = $"models/{ns}";
        var after = PageTokens.Read(request.PageToken, listing, violations);
        violations.ThrowIfAny();
        var models = await Models.ListAsync(ns, context.CancellationToken);
        var page = models.SkipWhile(model => after is not null && model.ModelVersion != after).Skip(after is null ? 0 : 1).Take(pageSize + 1).ToArray();
        var response = new V1.ListModelsResponse { Learning = LearningMapping.Write(await streams.Engine.Learning.StatusAsync(ns, context.CancellationToken)) };
        response.Models.AddRange(page.Take(pageSize).Select(ModelMapping.Write));
        if (page.Length > pageSize) response.NextPageToken = PageTokens.Write(listing, page[pageSize - 1].ModelVersion);
        return response;
    }

    public override async Task<V1.GetModelResponse> GetModel(V1.GetModelRequest request, ServerCallContext context)
    {
        var ns = ReadVersion(request.Namespace, request.ModelVersion);
        return new V1.GetModelResponse { Model = ModelMapping.Write(await Models.GetAsync(ns, request.ModelVersion, context.CancellationToken)) };
    }

    public override async Task<V1.ActivateModelResponse> ActivateModel(V1.ActivateModelRequest request, ServerCallContext context)
    {
        var ns = ReadVersion(request.Namespace, request.ModelVersion);
        return new V1.ActivateModelResponse { Model = ModelMapping.Write(await Models.ActivateAsync(ns, request.ModelVersion, context.CancellationToken)) };
    }

    public override async Task<V1.RollBackModelResponse> RollBackModel(V1.RollBackModelRequest request, ServerCallContext context)
    {
        var violations = new FieldViolations();
        var ns = violations.Namespace(request.Namespace);
        violations.ThrowIfAny();
        return new V1.RollBackModelResponse { Model = ModelMapping.Write(await Models.RollBackAsync(ns, context.CancellationToken)) };
    }

    private static long Seed(long seed) => seed == 0 ? DefaultSeed : seed;

    private static string ReadVersion(string ns, string modelVersion)
    {
        var violations = new FieldViolations();
        var result = violations.Namespace(ns);
        violations.Id("model_version", modelVersion);
        violations.ThrowIfAny();
        return result;
    }
}
