namespace Recsys.Content.Examples;

/// <summary>Tells formats by names.</summary>
internal static class ExampleFormats
{
    private const int Looked = 1000;

    /// <summary>The format of a file or folder.</summary>
    /// <exception cref="InvalidDataException">Its name doesn't tell, and it's neither a folder nor a zip.</exception>
    internal static ExampleFormat Of(string path)
    {
        if (Directory.Exists(path) || IsZip(path)) return ExampleFiles.Names(path).Take(Looked).Any(IdxExamples.IsIdxName) ? ExampleFormat.Idx : ExampleFormat.Images;
        var name = Path.GetFileName(path);
        if (name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)) name = name[..^3];
        return Path.GetExtension(name).ToLowerInvariant() switch
        {
            ".csv" or ".tsv" => ExampleFormat.Csv,
            ".jsonl" or ".ndjson" => ExampleFormat.JsonLines,
            _ => throw new InvalidDataException($"{path}: its name does not say its format, expected .csv, .tsv, .jsonl, .ndjson (each also .gz), .zip, a folder, or --format."),
        };
    }

    internal static bool IsZip(string path) => path.EndsWith(".zip", StringComparison.OrdinalIgnoreCase);
}
