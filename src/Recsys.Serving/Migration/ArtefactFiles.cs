using Recsys.Serving.Models;

namespace Recsys.Serving.Migration;

/// <summary>The files of a model's artefact, hashed.</summary>
internal static class ArtefactFiles
{
    /// <summary>The hash of each file, with the model's name in it; none where the artefact isn't there. A damaged artefact has a hash that no whole one has.</summary>
    public static async Task<IReadOnlyDictionary<string, byte[]>> HashAsync(ArtefactPlace place, string ns, string version, CancellationToken cancellationToken)
    {
        var hashes = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        using var work = new WorkFolder(Directory.CreateTempSubdirectory("recsys-migrate-").FullName);
        using var hash = new ContentHash();
        try
        {
            if (await place.OpenAsync(ns, version, work.Child("artefact"), cancellationToken) is not { } folder) return hashes;
            foreach (var name in ArtefactPlace.Files(folder))
            {
                await using var file = File.OpenRead(Path.Combine(folder, name));
                var content = await System.Security.Cryptography.SHA256.HashDataAsync(file, cancellationToken);
                hashes[name] = hash.Add(ns).Add(version).Add(name).Add(content).Finish();
            }
        }
        catch (Exception e) when (e is InvalidDataException or FileNotFoundException)
        {
            hashes["(damaged)"] = hash.Add(ns).Add(version).Add(e.Message).Finish();
        }

        return hashes;
    }
}
