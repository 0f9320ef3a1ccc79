using Recsys.Inference;
using Recsys.Serving.Lists;
using Recsys.Serving.Sessions;

namespace Recsys.Serving.Shelves;

/// <summary>
/// What the users of shelves did, by item: their interactions and open plays, of all users together in the order of time. It reaches as far back as the rings of the states; a play of less than
/// a tenth was given up at once and says nothing.
/// </summary>
internal sealed class ShelfHistory
{
    private const byte Begun = Strength.MinTarget;
    private const byte Completed = 225;
    private const byte GoodRating = 175;
    private const byte BadRating = 100;
    private const double HalfLifeMs = 30 * 86_400_000.0;

    private readonly Dictionary<uint, PlayedItem> _items = [];
    private readonly long _moment;

    /// <param name="audience">The users.</param>
    /// <param name="moment">For when the shelves are, Unix ms.</param>
    public ShelfHistory(Audience audience, long moment)
    {
        _moment = moment;
        var deeds = new List<(Interaction Deed, OpenPlay? Open)>();
        foreach (var listener in audience.Listeners)
        {
            if (listener.State is not { } state) continue;
            foreach (var interaction in state.Ring) deeds.Add((interaction, null));
            foreach (var play in state.OpenPlays) deeds.Add((new(play.Item, InteractionKind.Play, play.Strength, play.LastMs), play));
        }

        // Stable: what happened at the same moment stays in the order of commit.
        foreach (var (deed, open) in deeds.OrderBy(static one => one.Deed.TimeMs)) Add(deed, open);
    }

    /// <summary>Every item of which something is known.</summary>
    public IReadOnlyCollection<PlayedItem> Items => _items.Values;

    /// <summary>One item; null: nothing is known of it.</summary>
    public PlayedItem? Of(uint item) => _items.GetValueOrDefault(item);

    private void Add(in Interaction deed, OpenPlay? open)
    {
        if (!_items.TryGetValue(deed.Item, out var item)) _items.Add(deed.Item, item = new(deed.Item));
        switch (deed.Kind)
        {
            case InteractionKind.Play: Play(item, deed, open); break;
            case InteractionKind.Rating: Rate(item, deed); break;
            case InteractionKind.Like or InteractionKind.Share or InteractionKind.Purchase: Like(item, deed.TimeMs); break;
            case InteractionKind.Dislike: Dislike(item); break;
        }
    }

    private void Play(PlayedItem item, in Interaction deed, OpenPlay? open)
    {
        // How far an ended play went that nobody measured isn't known: it counts as whole. An open one may just have begun.
        if (deed.Strength < Begun || (open is not null && deed.Strength == Strength.Unknown)) return;
        item.PlayCount++;
        item.TouchedMs = deed.TimeMs;
        item.IsDisliked = false;
        item.Worth += Decay(deed.TimeMs) * (deed.Strength >= Completed ? 1 : Strength.ToShare(deed.Strength));
        if (deed.Strength >= Completed) Complete(item, deed.TimeMs);
        else item.Underway = new(deed.Strength, open?.PositionMs ?? -1, deed.TimeMs, open is not null);
    }

    /// <summary>Who rates an item is through with it.</summary>
    private void Rate(PlayedItem item, in Interaction deed)
    {
        item.TouchedMs = deed.TimeMs;
        Complete(item, deed.TimeMs);
        if (deed.Strength == Strength.Unknown) return;
        if (deed.Strength >= GoodRating) Like(item, deed.TimeMs);
        else if (deed.Strength < BadRating) Dislike(item);
    }

    private void Like(PlayedItem item, long timeMs)
    {
        item.LikedMs = timeMs;
        item.IsDisliked = false;
        item.Worth += Decay(timeMs);
    }

    private static void Dislike(PlayedItem item)
    {
        item.Underway = null;
        item.IsDisliked = true;
    }

    private static void Complete(PlayedItem item, long timeMs)
    {
        item.Underway = null;
        item.CompletedMs = timeMs;
    }

    private double Decay(long timeMs) => double.Exp2(-Math.Max(0, _moment - timeMs) / HalfLifeMs);
}
