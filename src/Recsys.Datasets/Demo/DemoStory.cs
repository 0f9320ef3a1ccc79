namespace Recsys.Datasets.Demo;

/// <summary>What a named user does live, for showing how lists change event by event. Not among the world's own events.</summary>
/// <param name="UserId">The user: new, or one of the world's with a history that ends hours before.</param>
/// <param name="Name">First name.</param>
/// <param name="IsNew">Without any event before.</param>
/// <param name="Introduction">One sentence about the user.</param>
/// <param name="MaxMaturityAge">What may be shown to the user: 0 to 21 years.</param>
/// <param name="Steps">In order.</param>
public sealed record DemoStory(string UserId, string Name, bool IsNew, string Introduction, int MaxMaturityAge, IReadOnlyList<DemoStep> Steps);
