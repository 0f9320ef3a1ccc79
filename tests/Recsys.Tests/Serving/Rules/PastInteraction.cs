using Recsys.Serving.Events;

namespace Recsys.Tests.Serving.Rules;

/// <summary>What a user did with an item.</summary>
/// <param name="UserId">Who.</param>
/// <param name="ItemId">With what.</param>
/// <param name="Type">What; a play that hasn't ended is a PlayProgress.</param>
/// <param name="Share">Of a play: how much of it, 0 to 1; null: unknown, or no play.</param>
/// <param name="TimeMs">When, Unix ms.</param>
internal sealed record PastInteraction(string UserId, string ItemId, WatchEventType Type, double? Share, long TimeMs);
