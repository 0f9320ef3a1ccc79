namespace Recsys.Serving.Placements;

/// <summary>What is wrong with a placement.</summary>
/// <param name="Field">The field's path, e.g. "placement.pins[2].position".</param>
/// <param name="Description">What is expected, in words.</param>
public readonly record struct PlacementViolation(string Field, string Description);
