namespace Recsys.Datasets;

/// <summary>
/// The names of event types that data sets use. Case, spaces, `_`, `-` and the prefix EVENT_TYPE_ don't matter.
/// <list type="table">
/// <item><term>PLAY_START</term><description>play_start, start, started, begin, open</description></item>
/// <item><term>PLAY_PROGRESS</term><description>play_progress, progress, heartbeat, resume, pause</description></item>
/// <item><term>PLAY_STOP</term><description>play_stop, stop, stopped, end, ended, finish, finished, close</description></item>
/// <item><term>PLAY</term><description>play, played, view, viewed, watch, watched, click, clicked, listen, listened, read, stream, streamed, consume,
/// complete, completed, session, visit,
/// interaction</description></item>
/// <item><term>LIKE</term><description>like, liked, thumbs_up, upvote, love, favorite, favourite, and what's put aside for later: bookmark, save, wishlist,
/// add_to_list, add_to_cart, cart</description></item>
/// <item><term>DISLIKE</term><description>dislike, disliked, thumbs_down, downvote, hate, hated</description></item>
/// <item><term>RATING</term><description>rating, rate, rated, review</description></item>
/// <item><term>PURCHASE</term><description>purchase, purchased, buy, bought, transaction, order, checkout, pay, rent</description></item>
/// <item><term>SHARE</term><description>share, shared, forward, repost, recommend</description></item>
/// <item><term>SKIP</term><description>skip, skipped, dismiss, dismissed, pass, ignore</description></item>
/// <item><term>IMPRESSION</term><description>impression, exposure, shown, show, display</description></item>
/// <item><term>CUSTOM</term><description>custom</description></item>
/// </list>
/// </summary>
public static class EventTypeNames
{
    private static readonly Dictionary<string, DatasetEventType> Types = Build(
        (DatasetEventType.PlayStart, "playstart start started begin open"),
        (DatasetEventType.PlayProgress, "playprogress progress heartbeat resume pause"),
        (DatasetEventType.PlayStop, "playstop stop stopped end ended finish finished close"),
        (DatasetEventType.Play, "play played view viewed watch watched click clicked listen listened read stream streamed consume"),
        (DatasetEventType.Play, "complete completed session visit interaction"),
        (DatasetEventType.Like, "like liked thumbsup upvote love favorite favourite bookmark save wishlist addtolist addtocart cart"),
        (DatasetEventType.Dislike, "dislike disliked thumbsdown downvote hate hated"),
        (DatasetEventType.Rating, "rating rate rated review"),
        (DatasetEventType.Purchase, "purchase purchased buy bought transaction order checkout pay rent"),
        (DatasetEventType.Share, "share shared forward repost recommend"),
        (DatasetEventType.Skip, "skip skipped dismiss dismissed pass ignore"),
        (DatasetEventType.Impression, "impression exposure shown show display"),
        (DatasetEventType.Custom, "custom"));

    /// <summary>Finds the type with this name.</summary>
    public static bool TryParse(string name, out DatasetEventType type)
    {
        var key = ColumnNames.Normalize(name);
        return Types.TryGetValue(key, out type) || (key.StartsWith("eventtype", StringComparison.Ordinal) && Types.TryGetValue(key[9..], out type));
    }

    private static Dictionary<string, DatasetEventType> Build(params (DatasetEventType Type, string Names)[] rows)
    {
        var types = new Dictionary<string, DatasetEventType>(StringComparer.Ordinal);
        foreach (var (type, names) in rows)
        {
            foreach (var name in names.Split(' '))
                types.Add(name, type);
        }

        return types;
    }
}
