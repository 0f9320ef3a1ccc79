using System.Text;
using System.Text.Unicode;

namespace Recsys.Storage;

/// <summary>
/// What the store can keep as a key: text that comes back as it went in. Checked before a job is queued, so that a caller's mistake fails the caller only.
/// </summary>
internal static class KeyRules
{
    private const int MaxIdBytes = 128;
    private const int MaxNamespaceBytes = 64;
    private const int MaxDocumentKeyBytes = 256;

    public static void RequireUser(UserKey user)
    {
        Require(user.Namespace, 0, MaxNamespaceBytes, "namespace");
        Require(user.UserId, 1, MaxIdBytes, "user id");
    }

    public static void RequireItem(string itemId) => Require(itemId, 1, MaxIdBytes, "item id");

    public static void RequireNamespace(string ns) => Require(ns, 0, MaxNamespaceBytes, "namespace");

    public static void RequireDocument(string collection, DocumentKey key)
    {
        Require(collection, 1, MaxNamespaceBytes, "collection");
        Require(key.Namespace, 0, MaxNamespaceBytes, "namespace");
        Require(key.Key, 1, MaxDocumentKeyBytes, "document key");
    }

    public static void RequireCommit(UserCommit commit)
    {
        RequireUser(commit.User);
        if (commit.ReceiveTimeMs is < 0 or >= 1L << 48)
            throw new ArgumentException($"The receive time {commit.ReceiveTimeMs} is not a time in Unix milliseconds.");
        for (int i = 0; i < commit.Appends.Count; i++)
        {
            if (commit.Appends[i].Stream is not (LogStream.Events or LogStream.Exposures))
                throw new ArgumentException($"{commit.Appends[i].Stream} is not a log stream.");
            Require(commit.Appends[i].EventId, 0, MaxIdBytes, "event id");
        }
    }

    private static void Require(string text, int minBytes, int maxBytes, string what)
    {
        int max = Encoding.UTF8.GetMaxByteCount(Math.Min(text.Length, maxBytes + 1));
        Span<byte> bytes = stackalloc byte[max];
        var result = text.Length > maxBytes
            ? System.Buffers.OperationStatus.DestinationTooSmall
            : Utf8.FromUtf16(text, bytes, out _, out max, replaceInvalidSequences: false);
        if (result == System.Buffers.OperationStatus.InvalidData || text.Contains('\0'))
            throw new ArgumentException($"A {what} must be valid Unicode text without NUL characters.");
        if (result != System.Buffers.OperationStatus.Done || max < minBytes || max > maxBytes)
            throw new ArgumentException($"A {what} must have {minBytes} to {maxBytes} bytes of UTF-8: \"{text[..Math.Min(text.Length, maxBytes)]}\".");
    }
}
