namespace Recsys.Serving.Lists;

/// <summary>What a model makes of one user for a list.</summary>
/// <param name="Output">The network's output, (E).</param>
/// <param name="Recent">Dense ids of the targets among the user's newest interactions, oldest first: what the network's partners go by. Items that the model doesn't know are -1.</param>
internal readonly record struct Wish(float[] Output, int[] Recent);
