using Recsys.Serving.Events;

namespace Recsys.Serving.Lists;

/// <summary>All that trending counts need of a play: what one replica tells the others.</summary>
/// <param name="Namespace">Namespace.</param>
/// <param name="UserHash"><see cref="EventIdHash"/> of the user's id: enough to count a user once.</param>
/// <param name="Item">Item number.</param>
/// <param name="TimeMs">When it closed, Unix ms.</param>
/// <param name="Country">Where; empty: unknown, it counts in the world alone.</param>
/// <param name="Before">Numbers of the items that the user wanted before it, oldest first.</param>
internal readonly record struct TrendPlay(string Namespace, ulong UserHash, uint Item, long TimeMs, string Country, uint[] Before);
