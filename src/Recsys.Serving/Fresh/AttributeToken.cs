namespace Recsys.Serving.Fresh;

/// <summary>One thing that an item's attributes say.</summary>
/// <param name="Key">Names field and value, within this process.</param>
/// <param name="Weight">How much it counts beside others that are as rare.</param>
internal readonly record struct AttributeToken(ulong Key, float Weight);
