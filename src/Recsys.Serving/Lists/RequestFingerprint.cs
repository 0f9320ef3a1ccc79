using Recsys.Serving.Bytes;
using Recsys.Serving.Catalogue;
using Recsys.Serving.Events;

namespace Recsys.Serving.Lists;

/// <summary>64-bit fingerprints of requests, by which a page token knows its own. Page size and token are left out: a page may be of another size than the one before.</summary>
internal static class RequestFingerprint
{
    public static ulong Of(ListRequest request)
    {
        var writer = CompactWriter.OfThread;
        writer.Byte(1);
        writer.Text(request.Namespace);
        Texts(writer, request.UserIds);
        writer.Text(request.Placement);
        writer.Byte((byte)request.SeenPolicy);
        Texts(writer, request.IncludeItemIds);
        Texts(writer, request.ExcludeItemIds);
        Kinds(writer, request.ItemKinds);
        writer.Text(request.Filter?.Text ?? "");
        writer.Signed(request.MaturityCeiling ?? -1);
        Context(writer, request.Context);
        writer.Signed(request.RequestTimeMs ?? long.MinValue);
        if (request.NoPersonalization) writer.Byte(1);
        return EventIdHash.Of(writer.Written);
    }

    /// <param name="list">Which list: similar and trending requests look alike.</param>
    /// <param name="request">The request.</param>
    public static ulong Of(byte list, PlainListRequest request)
    {
        var writer = CompactWriter.OfThread;
        writer.Byte(list);
        writer.Text(request.Namespace);
        writer.Text(request.ItemId);
        Kinds(writer, request.ItemKinds);
        writer.Text(request.Filter?.Text ?? "");
        writer.Signed(request.MaturityCeiling ?? -1);
        Context(writer, request.Context);
        return EventIdHash.Of(writer.Written);
    }

    private static void Texts(CompactWriter writer, IReadOnlyList<string> texts)
    {
        writer.Unsigned((ulong)texts.Count);
        for (var i = 0; i < texts.Count; i++) writer.Text(texts[i]);
    }

    private static void Kinds(CompactWriter writer, IReadOnlyList<ItemKind> kinds)
    {
        writer.Unsigned((ulong)kinds.Count);
        for (var i = 0; i < kinds.Count; i++) writer.Byte((byte)kinds[i]);
    }

    /// <summary>Only what a list depends on.</summary>
    private static void Context(CompactWriter writer, RequestContext? context)
    {
        writer.Text(context?.Locale ?? "");
        writer.Text(context?.Country ?? "");
    }
}
