using Grpc.Core;
using Recsys.ServerTests.Running;
using Recsys.V1;

namespace Recsys.ServerTests.Services;

/// <summary>The service without a model; what needs a training is tested where there's a trainer.</summary>
public sealed class ModelServiceTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly Clients _clients = shared.Server.Clients;

    [Fact]
    public async Task Models_when_there_are_none_are_an_empty_page()
    {
        var response = await _clients.Models.ListModelsAsync(new ListModelsRequest());
        Assert.Empty(response.Models);
        Assert.Empty(response.NextPageToken);
    }

    [Fact]
    public async Task Model_when_it_does_not_exist_is_not_found()
    {
        await RpcAssert.FailsAsync(StatusCode.NotFound, async () => await _clients.Models.GetModelAsync(new GetModelRequest { ModelVersion = "session-9" }));
        await RpcAssert.FailsAsync(
            StatusCode.NotFound, async () => await _clients.Models.ActivateModelAsync(new ActivateModelRequest { ModelVersion = "session-9" }));
        await RpcAssert.FailsAsync(StatusCode.FailedPrecondition, async () => await _clients.Models.RollBackModelAsync(new RollBackModelRequest()));
        await RpcAssert.FailsAtAsync(
            async () => await _clients.Models.GetModelAsync(new GetModelRequest { Namespace = "A" }), "namespace", "model_version");
    }

    [Fact]
    public async Task Training_when_there_are_too_few_interactions_says_so()
    {
        using var call = _clients.Models.TrainModel(new TrainModelRequest { Namespace = Sample.Name("ns") }, cancellationToken: Eventually.Soon());
        await RpcAssert.FailsAsync(StatusCode.FailedPrecondition, async () => await call.ResponseStream.ReadAllAsync().LastAsync());
    }

    [Fact]
    public async Task Training_and_evaluation_when_their_requests_are_bad_name_the_fields()
    {
        using var training = _clients.Models.TrainModel(new TrainModelRequest { Epochs = 201 });
        await RpcAssert.FailsAtAsync(() => training.ResponseStream.MoveNext(), "epochs");
        using var evaluation = _clients.Models.EvaluateModel(new EvaluateModelRequest { Epochs = -1, MaxUsers = -1, Split = (EvaluationSplit)7 });
        await RpcAssert.FailsAtAsync(() => evaluation.ResponseStream.MoveNext(), "epochs", "max_users", "split");
        using var given = _clients.Models.EvaluateModel(new EvaluateModelRequest
        {
            Split = EvaluationSplit.Given,
            UserIds = { "ana", "" },
            SettingsJson = "[]",
            Variants = { Variant("a", "{}"), Variant("a", "{"), Variant("", "[]"), Variant(new string('n', 65), "{}") },
        });
        await RpcAssert.FailsAtAsync(
            () => given.ResponseStream.MoveNext(),
            "split", "user_ids[1]", "variants[1].name", "variants[1].settings_json", "variants[2].name", "variants[2].settings_json", "variants[3].name", "settings_json");
        static EvaluationVariant Variant(string name, string settings) => new() { Name = name, SettingsJson = settings };
    }
}
