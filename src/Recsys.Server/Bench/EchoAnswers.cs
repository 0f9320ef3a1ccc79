using Recsys.V1;

namespace Recsys.Server.Bench;

/// <summary>What the echo service answers with: lists of the measured server, so that messages are of the same shape and size.</summary>
/// <param name="List">A list.</param>
/// <param name="Similar">Similar items.</param>
internal sealed record EchoAnswers(RecommendationList List, ListSimilarItemsResponse Similar)
{
    /// <summary>The list's file.</summary>
    public const string ListFile = "list.bin";

    /// <summary>The similar items' file.</summary>
    public const string SimilarFile = "similar.bin";

    /// <summary>Reads them.</summary>
    public static EchoAnswers Read(string folder) => new(
        RecommendationList.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(folder, ListFile))),
        ListSimilarItemsResponse.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(folder, SimilarFile))));

    /// <summary>The list for a user.</summary>
    public RecommendationList ListFor(string userId, long revision)
    {
        var list = List.Clone();
        list.UserIds.Clear();
        list.UserIds.Add(userId);
        list.StateRevision = revision;
        return list;
    }
}
