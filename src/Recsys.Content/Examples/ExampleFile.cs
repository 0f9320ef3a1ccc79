namespace Recsys.Content.Examples;

/// <summary>A file of a folder or of a zip.</summary>
/// <param name="Name">Its path inside, with slashes.</param>
/// <param name="Read">Its bytes; at most as many as are allowed.</param>
internal sealed record ExampleFile(string Name, Func<long, byte[]> Read);
