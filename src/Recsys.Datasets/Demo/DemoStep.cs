namespace Recsys.Datasets.Demo;

/// <summary>One step of a story.</summary>
/// <param name="Narration">What happens, with titles, e.g. "Ava starts 'The Beacon of Ostra IV', a strategy game".</param>
/// <param name="Events">To send in this order; times are before the world's end and grow over the story.</param>
public sealed record DemoStep(string Narration, IReadOnlyList<DatasetEvent> Events);
