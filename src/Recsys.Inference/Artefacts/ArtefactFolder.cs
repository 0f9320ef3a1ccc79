using System.Security.Cryptography;

namespace Recsys.Inference.Artefacts;

/// <summary>The folder of an artefact, of whatever model: written whole or not at all, its files checked by what the manifest says of them.</summary>
internal static class ArtefactFolder
{
    /// <summary>
    /// Has a sibling folder filled, syncs it to disk and renames it: a folder of that name either is a whole artefact or does not exist, whatever happens meanwhile.
    /// </summary>
    /// <param name="folder">Where to; must not exist yet, its parent is made if need be.</param>
    /// <param name="fill">Writes into the folder that it's given, by <see cref="WriteFile"/>.</param>
    /// <returns>What <paramref name="fill"/> returns.</returns>
    /// <exception cref="ArgumentException">The folder has no parent.</exception>
    /// <exception cref="IOException">The folder exists, or the disk failed.</exception>
    internal static T Write<T>(string folder, Func<string, T> fill)
    {
        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (Path.Exists(folder)) throw new IOException($"{folder} exists already: artefacts are never overwritten.");
        var parent = Path.GetDirectoryName(folder) ?? throw new ArgumentException($"{folder} has no parent folder.", nameof(folder));
        Directory.CreateDirectory(parent);
        var partial = Path.Combine(parent, $".{Path.GetFileName(folder)}.{Guid.NewGuid():N}.partial");
        Directory.CreateDirectory(partial);
        try
        {
            var written = fill(partial);
            FolderSync.Flush(partial);
            Directory.Move(partial, folder);
            FolderSync.Flush(parent);
            return written;
        }
        catch
        {
            if (Directory.Exists(partial)) Directory.Delete(partial, recursive: true);
            throw;
        }
    }

    /// <summary>Writes a file and syncs it; returns its size and checksum.</summary>
    internal static ArtefactFile WriteFile(string folder, string name, Action<Stream> write)
    {
        var path = Path.Combine(folder, name);
        using (var stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16))
        {
            write(stream);
            stream.Flush(flushToDisk: true);
        }

        using var read = File.OpenRead(path);
        return new() { Bytes = read.Length, Sha256 = Convert.ToHexStringLower(SHA256.HashData(read)) };
    }

    /// <summary>Checks a file by the manifest.</summary>
    /// <param name="folder">The artefact.</param>
    /// <param name="files">The manifest's files.</param>
    /// <param name="name">Which.</param>
    /// <param name="most">The most bytes that it may have.</param>
    /// <exception cref="InvalidDataException">It isn't listed, is missing, or is another than the one that was written.</exception>
    internal static void CheckFile(string folder, IReadOnlyDictionary<string, ArtefactFile> files, string name, long most = long.MaxValue)
    {
        if (!files.TryGetValue(name, out var expected)) throw new InvalidDataException($"{folder}: the manifest does not list {name}.");
        var path = Path.Combine(folder, name);
        if (!File.Exists(path)) throw new InvalidDataException($"{folder}: {name} is missing.");
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
        if (stream.Length > most) throw new InvalidDataException($"{path} has {stream.Length} bytes, expected at most {most}.");
        if (stream.Length != expected.Bytes) throw new InvalidDataException($"{path} has {stream.Length} bytes, the manifest says {expected.Bytes}.");
        var found = Convert.ToHexStringLower(SHA256.HashData(stream));
        if (!string.Equals(found, expected.Sha256, StringComparison.OrdinalIgnoreCase))
        {
            throw new InvalidDataException($"{path} has SHA-256 {found}, the manifest says {expected.Sha256}: it was changed or damaged.");
        }
    }
}
