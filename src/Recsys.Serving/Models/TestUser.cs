using Recsys.Serving.Events;

namespace Recsys.Serving.Models;

/// <summary>A user (or a session) of given test data, whose events no recommender learns from.</summary>
/// <param name="UserId">Whose. A user of the store of the same id is somebody else.</param>
/// <param name="Events">In any order.</param>
public sealed record TestUser(string UserId, IReadOnlyList<WatchEvent> Events);
