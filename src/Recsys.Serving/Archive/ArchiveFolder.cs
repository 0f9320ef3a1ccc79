using System.Globalization;
using System.Security.Cryptography;
using Recsys.Inference.Artefacts;
using Recsys.Storage;
using Recsys.Storage.Archive;

namespace Recsys.Serving.Archive;

/// <summary>
/// The archive's files: FOLDER/NAMESPACE/events/day=2026-05-01/00000042-1f3a.parquet, and exposures likewise. A file under such a name is always whole and in
/// the archive; drafts beside it start with a dot.
/// </summary>
internal sealed class ArchiveFolder(string root)
{
    private const string Identity = "archive.json";
    private const string DraftEnding = ".tmp";

    /// <summary>Sees to it that the folder is this archive's.</summary>
    /// <param name="archiveId">The checkpoint's.</param>
    /// <param name="isNew">Nothing was archived yet: an empty folder becomes this archive's.</param>
    /// <exception cref="IOException">It's another store's, or not what it was: an unmounted volume, a new disk.</exception>
    public void Claim(string archiveId, bool isNew)
    {
        var path = Path.Combine(root, Identity);
        if (isNew && !File.Exists(path))
        {
            Directory.CreateDirectory(root);
            File.WriteAllText(path, archiveId);
            FolderSync.Flush(root);
        }

        Check(archiveId);
    }

    /// <summary>Checks that the folder is this archive's.</summary>
    /// <exception cref="IOException">It isn't.</exception>
    public void Check(string archiveId)
    {
        var path = Path.Combine(root, Identity);
        if (!File.Exists(path)) throw new IOException($"{root} is not the archive that it was: {Identity} is missing. Is its volume mounted?");
        var found = File.ReadAllText(path).Trim();
        if (found != archiveId) throw new IOException($"{root} is the archive of another store ({found}, not {archiveId}). Give each store a folder of its own.");
    }

    /// <summary>A new segment's places.</summary>
    public (string File, string Draft) NewPlaces(string ns, LogStream stream, DateOnly day, long batch)
    {
        var folder = Path.Combine(
            ns, stream == LogStream.Events ? "events" : "exposures", string.Create(CultureInfo.InvariantCulture, $"day={day:yyyy-MM-dd}"));
        var token = Guid.NewGuid().ToString("n");
        return (Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{batch:D8}-{token[..8]}.parquet")), Path.Combine(folder, $".{token}{DraftEnding}"));
    }

    /// <summary>A place for new content of a segment.</summary>
    public static string NewDraft(string file) => Path.Combine(Path.GetDirectoryName(file)!, $".{Guid.NewGuid():n}{DraftEnding}");

    /// <summary>Writes rows as a draft, synced to disk.</summary>
    public async Task<ArchiveSegment> WriteAsync(
        string ns, string file, string draft, long batch, int capacity, IAsyncEnumerable<ReadOnlyMemory<TableCell>> rows, CancellationToken cancellationToken)
    {
        var path = Path.Combine(root, draft);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var count = 0;
        await using (var writer = await TableWriter.CreateAsync(File.Create(path), ArchiveColumns.All, cancellationToken, Math.Max(1, capacity)))
        {
            await foreach (var row in rows.WithCancellation(cancellationToken))
            {
                await writer.AddAsync(row, cancellationToken);
                count++;
            }

            await writer.CompleteAsync(cancellationToken);
        }

        // The folders on the way may be new, too.
        for (var folder = Path.GetDirectoryName(draft)!; folder.Length > 0; folder = Path.GetDirectoryName(folder)!) FolderSync.Flush(Path.Combine(root, folder));
        FolderSync.Flush(root);
        return new()
        {
            Namespace = ns,
            File = file,
            Draft = draft,
            Batch = batch,
            Created = batch,
            Rows = count,
            Bytes = new FileInfo(path).Length,
            Sha256 = await HashAsync(path, cancellationToken),
        };
    }

    /// <summary>Gives segments their places, where they haven't them yet.</summary>
    public void Settle(IEnumerable<ArchiveSegment> segments)
    {
        foreach (var segment in segments)
        {
            var (draft, file) = (Path.Combine(root, segment.Draft), Path.Combine(root, segment.File));
            try
            {
                File.Move(draft, file, overwrite: true);
            }
            catch (FileNotFoundException) when (File.Exists(file))
            {
                // It was done before.
                continue;
            }

            FolderSync.Flush(Path.GetDirectoryName(file)!);
        }
    }

    /// <summary>The path of a segment whose content is what was written down.</summary>
    /// <exception cref="StoreFormatException">It's missing, or its checksum is another one.</exception>
    public async Task<string> FindAsync(ArchiveSegment segment, CancellationToken cancellationToken)
    {
        foreach (var place in new[] { segment.Draft, segment.File })
        {
            var path = Path.Combine(root, place);
            if (File.Exists(path) && await HashAsync(path, cancellationToken) == segment.Sha256) return path;
        }

        throw new StoreFormatException($"{Path.Combine(root, segment.File)} is missing or damaged: no file has the checksum {segment.Sha256}.");
    }

    /// <summary>Deletes drafts that are none of these segments': a process that was killed left them.</summary>
    public void ClearDrafts(IEnumerable<ArchiveSegment> segments)
    {
        var known = segments.Select(segment => Path.GetFullPath(Path.Combine(root, segment.Draft))).ToHashSet(StringComparer.Ordinal);
        var everywhere = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None };
        foreach (var draft in Directory.EnumerateFiles(root, $".*{DraftEnding}", everywhere))
        {
            if (!known.Contains(Path.GetFullPath(draft))) File.Delete(draft);
        }
    }

    /// <summary>Deletes drafts that came to nothing.</summary>
    public void Discard(IEnumerable<string> drafts)
    {
        foreach (var draft in drafts) File.Delete(Path.Combine(root, draft));
    }

    private static async Task<string> HashAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));
    }
}
