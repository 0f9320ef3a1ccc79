using System.Globalization;
using Recsys.Inference.Artefacts;
using Recsys.Storage;

namespace Recsys.Serving.Models;

/// <summary>
/// Artefacts in a shared store, in pieces: every replica can get every model, also one that starts on an empty disk. The manifest comes last, so that what has one is whole;
/// its checksums are checked when the artefact is opened.
/// </summary>
internal sealed class SharedArtefacts(IRecsysStore store)
{
    /// <summary>The collection of the pieces.</summary>
    public const string Collection = "artefacts";

    // A write of this size keeps a Redis node from others for about a millisecond.
    private const int PieceBytes = 256 * 1024;

    private const int DeletedAtOnce = 100;

    /// <summary>Stores an artefact.</summary>
    public async Task PutAsync(string folder, string ns, string version, CancellationToken cancellationToken)
    {
        foreach (var name in ArtefactManifest.Read(folder).FileNames())
        {
            await using var file = File.OpenRead(Path.Combine(folder, name));
            for (var piece = 0; piece == 0 || file.Position < file.Length; piece++)
            {
                var bytes = new byte[Math.Min(PieceBytes, file.Length - file.Position)];
                await file.ReadExactlyAsync(bytes, cancellationToken);
                await StoreFailure.GuardAsync(() => store.PutDocumentsAsync(
                    [new() { Collection = Collection, Key = new(ns, KeyOf(version, name, piece)), Content = bytes }], cancellationToken));
            }
        }
    }

    /// <summary>Whether the store has a whole artefact.</summary>
    public async Task<bool> HasAsync(string ns, string version, CancellationToken cancellationToken) => await StoreFailure.GuardAsync(
        () => store.GetDocumentAsync(Collection, ns, KeyOf(version, ArtefactManifest.FileName, 0), cancellationToken)) is not null;

    /// <summary>Fetches an artefact into an empty folder; false: the store doesn't have it.</summary>
    /// <exception cref="InvalidDataException">It's not whole.</exception>
    public async Task<bool> TryFetchAsync(string folder, string ns, string version, CancellationToken cancellationToken)
    {
        if (!await TryFetchFileAsync(folder, ns, version, ArtefactManifest.FileName, cancellationToken)) return false;
        foreach (var name in ArtefactManifest.Read(folder).Files.Keys)
        {
            if (Path.GetFileName(name) != name) throw new InvalidDataException($"Model '{version}' in the store has a file named '{name}'.");
            if (!await TryFetchFileAsync(folder, ns, version, name, cancellationToken))
                throw new InvalidDataException($"Model '{version}' in the store lacks its file '{name}'.");
        }

        return true;
    }

    /// <summary>Deletes an artefact, its manifest first: from then on there is none to fetch, and a fetch that has begun doesn't pass its checks.</summary>
    /// <param name="ns">Namespace.</param>
    /// <param name="version">The model.</param>
    /// <param name="bytes">The size of its files: no file has more.</param>
    /// <param name="cancellationToken">Ends the wait; the rest is deleted by the next call.</param>
    public async Task DeleteAsync(string ns, string version, long bytes, CancellationToken cancellationToken)
    {
        await DeleteAsync(ns, [KeyOf(version, ArtefactManifest.FileName, 0)], cancellationToken);
        foreach (var name in new[] { SessionArtefact.WeightsFile, SessionArtefact.ItemsFile })
        {
            var pieces = (int)(bytes / PieceBytes) + 1;
            foreach (var some in Enumerable.Range(0, pieces).Chunk(DeletedAtOnce)) await DeleteAsync(ns, some.Select(piece => KeyOf(version, name, piece)), cancellationToken);
        }
    }

    private async Task DeleteAsync(string ns, IEnumerable<string> keys, CancellationToken cancellationToken) => await StoreFailure.GuardAsync(() => store.PutDocumentsAsync(
        [.. keys.Select(key => new DocumentWrite { Collection = Collection, Key = new(ns, key), Content = null })], cancellationToken));

    private static string KeyOf(string version, string name, int piece) => string.Create(CultureInfo.InvariantCulture, $"{version}/{name}/{piece:D6}");

    private async Task<bool> TryFetchFileAsync(string folder, string ns, string version, string name, CancellationToken cancellationToken)
    {
        await using var file = File.Create(Path.Combine(folder, name));
        for (var piece = 0; ; piece++)
        {
            var key = KeyOf(version, name, piece);
            var document = await StoreFailure.GuardAsync(() => store.GetDocumentAsync(Collection, ns, key, cancellationToken));
            if (document is null) return piece > 0;
            await file.WriteAsync(document.Content, cancellationToken);
            if (document.Content.Length < PieceBytes) return true;
        }
    }
}
