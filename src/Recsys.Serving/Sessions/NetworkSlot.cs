namespace Recsys.Serving.Sessions;

/// <summary>A model's streaming state after some of the ring's interactions.</summary>
internal sealed class NetworkSlot
{
    /// <summary>Which model; see <see cref="Live.LiveModel"/>.</summary>
    public required uint Fingerprint { get; init; }

    /// <summary>How many of the ring's interactions, from its start, the network has read (stepped by, or passed over because the model doesn't know the item).</summary>
    public int Consumed { get; set; }

    /// <summary>Hidden and cell states of every block as float16, in the network's own order.</summary>
    public required Half[] Values { get; init; }

    /// <summary>The user's taste vector after the same interactions, folded in from the targets among them; empty where the model has none, or nothing was known of the user's items.</summary>
    public float[] Taste { get; set; } = [];
}
