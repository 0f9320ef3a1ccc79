using Recsys.Serving.Events;

namespace Recsys.Tests.Serving.Shelves;

/// <summary>What a user did with an item.</summary>
/// <param name="UserId">Who.</param>
/// <param name="ItemId">With what.</param>
/// <param name="Type">What; a play that hasn't ended is a PlayProgress.</param>
/// <param name="Played">Of a play: how many 250ths of it; of a rating: of the best; -1: unknown, or neither.</param>
/// <param name="TimeMs">When, Unix ms.</param>
internal sealed record ShelfDeed(string UserId, string ItemId, WatchEventType Type, int Played, long TimeMs)
{
    public bool IsPlay => Type is WatchEventType.Play or WatchEventType.PlayProgress;

    public bool IsOpen => Type == WatchEventType.PlayProgress;
}
