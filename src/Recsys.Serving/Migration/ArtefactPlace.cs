using Recsys.Inference.Artefacts;
using Recsys.Serving.Models;

namespace Recsys.Serving.Migration;

/// <summary>Where a store's artefacts are: in a shared store itself, else in the folder beside it.</summary>
internal sealed class ArtefactPlace(MigrationSide side)
{
    private readonly SharedArtefacts? _shared = side.Store.IsShared ? new(side.Store) : null;

    /// <summary>Whether it has a whole artefact: the manifest is written last.</summary>
    public async Task<bool> HasAsync(string ns, string version, CancellationToken cancellationToken) => _shared is null
        ? File.Exists(Path.Combine(PathOf(ns, version), ArtefactManifest.FileName))
        : await _shared.HasAsync(ns, version, cancellationToken);

    /// <summary>A folder with the artefact: its own, or <paramref name="fetched"/>. Null: it doesn't have it.</summary>
    /// <exception cref="InvalidDataException">It's not whole.</exception>
    public async Task<string?> OpenAsync(string ns, string version, string fetched, CancellationToken cancellationToken)
    {
        if (!await HasAsync(ns, version, cancellationToken)) return null;
        if (_shared is null) return PathOf(ns, version);
        Directory.CreateDirectory(fetched);
        await _shared.TryFetchAsync(fetched, ns, version, cancellationToken);
        return fetched;
    }

    /// <summary>Stores an artefact.</summary>
    public async Task PutAsync(string folder, string ns, string version, CancellationToken cancellationToken)
    {
        if (_shared is not null)
        {
            await _shared.PutAsync(folder, ns, version, cancellationToken);
            return;
        }

        Directory.CreateDirectory(PathOf(ns, version));
        foreach (var name in Files(folder)) File.Copy(Path.Combine(folder, name), Path.Combine(PathOf(ns, version), name), overwrite: true);
    }

    /// <summary>The names of an artefact's files, the manifest last.</summary>
    public static IEnumerable<string> Files(string folder) =>
        ArtefactManifest.Read(folder).FileNames();

    private string PathOf(string ns, string version) => Path.Combine(side.ModelFolder, ns, version);
}
