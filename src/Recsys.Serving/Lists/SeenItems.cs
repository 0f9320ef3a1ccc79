using Recsys.Inference;
using Recsys.Serving.Placements;
using Recsys.Serving.Sessions;

namespace Recsys.Serving.Lists;

/// <summary>What a list leaves out because any of its users has interacted with it, or is playing it now.</summary>
internal sealed class SeenItems
{
    private const byte Completed = 225;
    private const long MsOfDay = 24 * 3_600_000L;

    private readonly HashSet<uint> _recent = [];
    private readonly List<OlderItems> _older = [];

    /// <param name="audience">The users.</param>
    /// <param name="seen">What counts as seen; not Allow.</param>
    /// <param name="moment">For when the list is, Unix ms.</param>
    public SeenItems(Audience audience, PlacementSeen seen, long moment)
    {
        var since = seen.Policy == PlacementSeenPolicy.AfterDays ? moment - (seen.Days * MsOfDay) : long.MinValue;
        foreach (var listener in audience.Listeners)
        {
            if (listener.State is not { } state) continue;
            foreach (var interaction in state.Ring)
            {
                if (Counts(interaction, seen.Policy, since)) _recent.Add(interaction.Item);
            }

            foreach (var play in state.OpenPlays)
            {
                if (Counts(play, seen.Policy, since)) _recent.Add(play.Item);
            }

            // Of these nothing is known but that they were before the ring's oldest: whatever they were, they count until that one doesn't.
            if (state.Older.Count > 0 && (state.Ring.Count == 0 || state.Ring[0].TimeMs > since)) _older.Add(state.Older);
        }
    }

    /// <summary>Whether an item counts as seen.</summary>
    public bool Contains(uint item)
    {
        if (_recent.Contains(item)) return true;
        foreach (var older in _older)
        {
            if (older.Contains(item)) return true;
        }

        return false;
    }

    /// <summary>An open play is complete only where that's known: it may just have begun.</summary>
    private static bool Counts(in OpenPlay play, PlacementSeenPolicy policy, long since) => policy switch
    {
        PlacementSeenPolicy.AfterDays => play.LastMs > since,
        PlacementSeenPolicy.AfterCompletion => play.Strength is >= Completed and not Strength.Unknown,
        _ => true,
    };

    private static bool Counts(in Interaction interaction, PlacementSeenPolicy policy, long since) => policy switch
    {
        PlacementSeenPolicy.AfterDays => interaction.TimeMs > since,
        PlacementSeenPolicy.AfterCompletion => interaction.Kind switch
        {
            // A play of which nobody knows how much it was counts as whole.
            InteractionKind.Play => interaction.Strength >= Completed,
            InteractionKind.Rating or InteractionKind.Purchase => true,
            _ => false,
        },
        _ => true,
    };
}
