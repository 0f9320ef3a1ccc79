using System.Text;

namespace Recsys.Datasets;

/// <summary>The usual names of columns, tried in this order where the mapping names none. Case, spaces, `_`, `-` and `.` don't matter.</summary>
internal static class ColumnNames
{
    private static readonly Dictionary<ColumnField, string[]> EventNames = new()
    {
        [ColumnField.User] = Names("user userid uid visitorid visitor customerid customer accountid account playerid player profileid memberid sessionid"),
        [ColumnField.Item] = Names("item itemid iid movieid videoid gameid trackid songid productid contentid assetid showid titleid articleid"),
        [ColumnField.Time] = Names("timems timestampms eventtime time timestamp ts datetime createdat date"),
        [ColumnField.Type] = Names("type eventtype event action behavior behaviour behaviorname"),
        [ColumnField.EventId] = Names("eventid"),
        [ColumnField.Session] = Names("sessionid session"),
        [ColumnField.Position] = Names(
            "position positionms playtimems playtime playduration watchtime watchtimems playedms watchedms hours hoursplayed secondsplayed"),
        [ColumnField.Duration] = Names("duration durationms length lengthms videoduration runtime"),
        [ColumnField.Rating] = Names("rating stars score"),
        [ColumnField.RatingMax] = Names("ratingmax maxrating"),
        [ColumnField.Price] = Names("price amount"),
        [ColumnField.Currency] = Names("currency currencycode"),
        [ColumnField.Like] = Names("islike liked"),
        [ColumnField.Dislike] = Names("ishate isdislike disliked"),
        [ColumnField.Share] = Names("isforward isshare shared"),
    };

    private static readonly Dictionary<ColumnField, string[]> ItemNames = new()
    {
        [ColumnField.Item] = Names("item itemid iid movieid videoid gameid trackid songid productid contentid assetid showid titleid articleid id"),
        [ColumnField.Title] = Names("title name itemname gamename gametitle movietitle"),
        [ColumnField.Description] = Names("description overview plot synopsis summary"),
        [ColumnField.Kind] = Names("kind type itemtype itemkind"),
        [ColumnField.Parent] = Names("parent parentid seriesid"),
        [ColumnField.Ordinal] = Names("ordinal number episodenumber"),
        [ColumnField.Genres] = Names("genres genre listedin category categories"),
        [ColumnField.Tags] = Names("tags keywords"),
        [ColumnField.Creators] = Names("creators creator director directors studio developer artist"),
        [ColumnField.MaturityAge] = Names("maturityage age"),
        [ColumnField.PublishTime] = Names("publishtime releasedate publishedat releaseyear year"),
        [ColumnField.Duration] = Names("duration durationms length lengthms runtime"),
        [ColumnField.Price] = Names("price"),
        [ColumnField.Currency] = Names("currency currencycode"),
    };

    public static IReadOnlyCollection<ColumnField> EventFields => EventNames.Keys;

    public static IReadOnlyCollection<ColumnField> ItemFields => ItemNames.Keys;

    public static IReadOnlyList<string> Of(ColumnField field, bool events) => (events ? EventNames : ItemNames).GetValueOrDefault(field) ?? [];

    /// <summary>Whether a file with these columns holds events or items, as far as their usual names say; false if it's neither.</summary>
    public static bool LooksLikeHeader(IEnumerable<string> columns)
    {
        var names = columns.Select(Normalize).ToHashSet(StringComparer.Ordinal);
        return Of(ColumnField.Item, events: false).Any(names.Contains);
    }

    /// <summary>Lower case letters and digits only.</summary>
    public static string Normalize(string name)
    {
        var kept = new StringBuilder(name.Length);
        foreach (var c in name)
        {
            if (char.IsLetterOrDigit(c))
                kept.Append(char.ToLowerInvariant(c));
        }

        return kept.ToString();
    }

    private static string[] Names(string names) => names.Split(' ');
}
