using System.IO.Compression;

namespace Recsys.Content.Examples;

/// <summary>
/// The files of a folder or of a zip, in the order of their names. Nothing of a zip is ever written to disk, so its names can't lead anywhere; those that
/// try to are refused nevertheless.
/// </summary>
internal sealed class ExampleFiles : IDisposable
{
    private const int RatioFrom = 1 << 20;
    private const int MostDepth = 8;
    private readonly ZipArchive? _zip;

    private ExampleFiles(IReadOnlyList<ExampleFile> all, ZipArchive? zip) => (All, _zip) = (all, zip);

    internal IReadOnlyList<ExampleFile> All { get; }

    /// <summary>Opens a folder or a zip.</summary>
    /// <exception cref="InvalidDataException">It's no zip, a name leads out of it, or a file would unfold to more than is allowed.</exception>
    internal static ExampleFiles Open(string path, ExampleLimits limits)
    {
        if (Directory.Exists(path)) return new([.. FolderNames(path).Order(StringComparer.Ordinal).Select(name => new ExampleFile(name, most => ReadFile(path, name, most)))], null);
        if (!File.Exists(path)) throw new InvalidDataException($"{path} does not exist, expected a folder or a zip.");
        var archive = Path.GetFileName(path);
        var zip = OpenZip(path);
        try
        {
            var files = new List<ExampleFile>();
            foreach (var entry in zip.Entries.Where(entry => !IsPassedOver(entry.FullName)).OrderBy(entry => entry.FullName, StringComparer.Ordinal))
            {
                Check(archive, entry, limits);
                files.Add(new(entry.FullName, most => ReadEntry(archive, entry, Math.Min(most, limits.MostUnfoldedBytes))));
            }

            return new(files, zip);
        }
        catch
        {
            zip.Dispose();
            throw;
        }
    }

    /// <summary>The names alone, to see what there is.</summary>
    internal static IEnumerable<string> Names(string path)
    {
        if (Directory.Exists(path)) return FolderNames(path);
        using var zip = OpenZip(path);
        return [.. zip.Entries.Select(entry => entry.FullName).Where(name => !IsPassedOver(name))];
    }

    public void Dispose() => _zip?.Dispose();

    private static ZipArchive OpenZip(string path)
    {
        try
        {
            return ZipFile.OpenRead(path);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{Path.GetFileName(path)} is no zip, or a damaged one: {e.Message}", e);
        }
    }

    private static IEnumerable<string> FolderNames(string folder)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = MostDepth, IgnoreInaccessible = false };
        return Directory.EnumerateFiles(folder, "*", options).Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/')).Where(name => !IsPassedOver(name));
    }

    // Folders, what macOS and file managers leave, and what is hidden.
    private static bool IsPassedOver(string name) =>
        name.EndsWith('/') || name.StartsWith("__MACOSX/", StringComparison.Ordinal) || Path.GetFileName(name) is "Thumbs.db" or "desktop.ini"
        || (Path.GetFileName(name).StartsWith('.') && Path.GetFileName(name) is not ("." or ".."));

    private static void Check(string archive, ZipArchiveEntry entry, ExampleLimits limits)
    {
        var name = entry.FullName;
        if (name.Contains('\\') || name.Contains(':') || name.StartsWith('/') || name.Any(char.IsControl) || name.Split('/').Any(part => part is "" or "." or ".."))
        {
            throw new InvalidDataException($"{archive} holds '{ExampleFields.Cut(name)}', expected names that stay inside of it, such as class/name.jpg.");
        }

        if (entry.Length > limits.MostUnfoldedBytes) throw new InvalidDataException($"{archive}, {name}: it unfolds to {entry.Length} bytes, expected at most {limits.MostUnfoldedBytes}.");
        if (entry.Length > RatioFrom && entry.Length / limits.MostRatio > entry.CompressedLength)
        {
            throw new InvalidDataException($"{archive}, {name}: its {entry.CompressedLength} bytes unfold to {entry.Length}, expected at most {limits.MostRatio} times as many.");
        }
    }

    private static byte[] ReadFile(string folder, string name, long most)
    {
        using var stream = new FileStream(Path.Combine(folder, name), FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.SequentialScan);
        return BoundedRead.All(stream, name, most, stream.Length);
    }

    private static byte[] ReadEntry(string archive, ZipArchiveEntry entry, long most)
    {
        try
        {
            using var stream = entry.Open();
            // What an entry says of its length may be a lie.
            return BoundedRead.All(stream, $"{archive}, {entry.FullName}", most, entry.Length);
        }
        catch (InvalidDataException e) when (!e.Message.StartsWith(archive, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{archive}, {entry.FullName}: the compressed data is damaged: {e.Message}", e);
        }
    }
}
