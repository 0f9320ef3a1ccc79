using Recsys.Serving.Sessions;

namespace Recsys.Serving.Evaluation;

/// <summary>A user who played removed items.</summary>
/// <param name="UserId">Who.</param>
/// <param name="MomentMs">For when lists are, Unix ms: that of the newest interaction that is trained on.</param>
/// <param name="Cold">Numbers of the removed items that the user played.</param>
/// <param name="Target">The last interaction with an item that isn't removed, held out; null: there were too few.</param>
internal sealed record ColdCase(string UserId, long MomentMs, HashSet<uint> Cold, Interaction? Target);
