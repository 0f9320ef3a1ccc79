using Recsys.Inference;
using Recsys.Inference.Ranker;
using Recsys.Serving.Sessions;

namespace Recsys.Serving.Events;

/// <summary>An interaction that an event closed.</summary>
/// <param name="Interaction">The interaction.</param>
/// <param name="Before">Numbers of the items that the user wanted before it, oldest first: the last <see cref="WatchedNext.Reach"/>.</param>
internal readonly record struct ClosedInteraction(Interaction Interaction, uint[] Before)
{
    /// <summary>Adds interactions with what came before each of them.</summary>
    /// <param name="all">Added to.</param>
    /// <param name="state">The user's, with the interactions.</param>
    /// <param name="closed">The interactions.</param>
    public static void AddTo(List<ClosedInteraction> all, SessionState state, List<Interaction> closed)
    {
        foreach (var one in closed) all.Add(new(one, Strength.IsTarget(one.Kind, one.Strength) ? TargetsBefore(state.Ring, state.Ring.LastIndexOf(one)) : []));
    }

    private static uint[] TargetsBefore(List<Interaction> ring, int place)
    {
        Span<uint> newest = stackalloc uint[WatchedNext.Reach];
        var first = newest.Length;
        for (var i = place - 1; i >= 0 && first > 0; i--)
        {
            if (Strength.IsTarget(ring[i].Kind, ring[i].Strength)) newest[--first] = ring[i].Item;
        }

        return newest[first..].ToArray();
    }
}
