namespace Recsys.Serving.Lists;

/// <summary>What a model makes of one user for a list.</summary>
/// <param name="Output">The network's output, (E).</param>
/// <param name="History">Dense ids of the targets among the user's newest interactions, oldest first: what the sources beside the network go by. Items that the model doesn't know are -1.</param>
/// <param name="Taste">The user's taste vector, (d); empty: there is none.</param>
/// <param name="LastMs">When the user last did anything, Unix ms.</param>
internal readonly record struct Wish(float[] Output, int[] History, float[] Taste, long LastMs);
