using Google.Rpc;
using Grpc.Core;
using RpcStatus = Google.Rpc.Status;

namespace Recsys.ServerTests.Running;

/// <summary>What errors say.</summary>
internal static class RpcAssert
{
    public static async Task<RpcStatus> FailsAsync(StatusCode code, Func<Task> call)
    {
        var exception = await Assert.ThrowsAsync<RpcException>(call);
        Assert.True(code == exception.StatusCode, $"Expected {code}, was {exception.StatusCode}: {exception.Status.Detail}");
        return exception.GetRpcStatus() ?? new RpcStatus { Code = (int)exception.StatusCode, Message = exception.Status.Detail };
    }

    public static async Task FailsWithReasonAsync(StatusCode code, string reason, Func<Task> call) => HasReason(reason, await FailsAsync(code, call));

    /// <summary>INVALID_ARGUMENT with exactly these fields at fault.</summary>
    public static async Task FailsAtAsync(Func<Task> call, params string[] fields) => HasFields(await FailsAsync(StatusCode.InvalidArgument, call), fields);

    public static void HasReason(string reason, RpcStatus status)
    {
        var info = status.GetDetail<ErrorInfo>();
        Assert.NotNull(info);
        Assert.Equal("recsys", info.Domain);
        Assert.Equal(reason, info.Reason);
    }

    public static void HasFields(RpcStatus status, params string[] fields)
    {
        Assert.Equal((int)Code.InvalidArgument, status.Code);
        var detail = status.GetDetail<BadRequest>();
        Assert.NotNull(detail);
        Assert.Equal(fields.Order(StringComparer.Ordinal), detail.FieldViolations.Select(violation => violation.Field).Order(StringComparer.Ordinal));
        Assert.All(detail.FieldViolations, violation => Assert.NotEmpty(violation.Description));
    }
}
