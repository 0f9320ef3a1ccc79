using System.ComponentModel.DataAnnotations;

namespace Recsys.Server.Hosting;

/// <summary>Limits of one stream.</summary>
internal sealed record StreamOptions
{
    /// <summary>Acks that wait to be sent on one stream; above it the server stops reading that stream. Unit: acks. Range: 1,000 to 1,000,000. Default: 10,000.</summary>
    [Range(1_000, 1_000_000)]
    public int MaxUnsentAcks { get; init; } = 10_000;

    /// <summary>Events of one stream that wait for their commit; above it the server stops reading that stream. Unit: bytes of messages. Range: 65,536 to 1,073,741,824. Default: 8,388,608.</summary>
    [Range(65_536, 1_073_741_824)]
    public int MaxUnsettledBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>Subscriptions of one stream. Unit: subscriptions. Range: 1 to 1,000,000. Default: 10,000.</summary>
    [Range(1, 1_000_000)]
    public int MaxSubscriptions { get; init; } = 10_000;

    /// <summary>Item ids in the include and exclude lists of all subscriptions of one stream; a filter counts as one for each 32 characters. Unit: ids.
    /// Range: 1 to 10,000,000. Default: 100,000.</summary>
    [Range(1, 10_000_000)]
    public int MaxSubscriptionItemIds { get; init; } = 100_000;

    /// <summary>Streams and calls that one connection can carry at a time. Unit: HTTP/2 streams. Range: 100 to 100,000. Default: 2,000.</summary>
    [Range(100, 100_000)]
    public int MaxStreamsPerConnection { get; init; } = 2_000;
}
