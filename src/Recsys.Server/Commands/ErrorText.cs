using Google.Rpc;
using Recsys.V1;

namespace Recsys.Server.Commands;

/// <summary>A google.rpc.Status in words: its field violations, else its message.</summary>
internal static class ErrorText
{
    /// <summary>The words.</summary>
    public static string Of(Status status)
    {
        foreach (var detail in status.Details)
        {
            if (detail.TryUnpack<BadRequest>(out var bad) && bad.FieldViolations.Count > 0)
            {
                return string.Join("; ", bad.FieldViolations.Select(v => $"{v.Field}: {v.Description}"));
            }
        }

        return status.Message;
    }

    /// <summary>Why an event was not stored.</summary>
    public static string Of(EventAck refusal) => refusal.Error is { } error ? Of(error) : "the user doesn't allow retention";
}
