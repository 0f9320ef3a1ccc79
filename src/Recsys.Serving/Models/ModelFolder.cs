using Recsys.Inference.Artefacts;
using Recsys.Serving.Catalogue;
using Recsys.Serving.Live;

namespace Recsys.Serving.Models;

/// <summary>Where artefacts lie: FOLDER/NAMESPACE/VERSION, and FOLDER/.work for what is being made. A folder belongs to one process at a time.</summary>
internal sealed class ModelFolder(string root, ItemNumbers items)
{
    private const string WorkName = ".work";
    private const string TrainedVersion = "trained";

    /// <summary>The artefact of a model.</summary>
    public string PathOf(string ns, string version) => Path.Combine(root, ns, version);

    /// <summary>A new empty folder for temporary files, on the same file system as the artefacts, deleted when disposed of.</summary>
    public WorkFolder NewWork() => new(Path.Combine(root, WorkName, Guid.NewGuid().ToString("N")));

    /// <summary>Deletes what a process that was killed left behind.</summary>
    public void ClearWork()
    {
        var work = Path.Combine(root, WorkName);
        if (Directory.Exists(work)) Directory.Delete(work, recursive: true);
    }

    /// <summary>Gives a finished artefact its place.</summary>
    public void Adopt(string artefact, string ns, string version)
    {
        var path = PathOf(ns, version);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        Directory.Move(artefact, path);
    }

    /// <summary>Opens and prepares a model after all checks: those of the artefact itself, and that its items are items of this store and namespace.</summary>
    /// <exception cref="InvalidDataException">A check failed.</exception>
    public LiveModel Open(string ns, string version) => Open(PathOf(ns, version), ns, version);

    /// <summary>Whether the artefact of a model lies here.</summary>
    public bool Has(string ns, string version) => Directory.Exists(PathOf(ns, version));

    /// <summary>The versions of the namespace whose artefacts lie here.</summary>
    public IReadOnlyList<string> Versions(string ns) =>
        Directory.Exists(Path.Combine(root, ns)) ? [.. Directory.EnumerateDirectories(Path.Combine(root, ns)).Select(folder => Path.GetFileName(folder))] : [];

    /// <summary>Deletes the artefact of a model here.</summary>
    public void Remove(string ns, string version)
    {
        if (Has(ns, version)) Directory.Delete(PathOf(ns, version), recursive: true);
    }

    /// <summary>Opens what a trainer has just written, before it has a version.</summary>
    /// <exception cref="EngineException">FailedPrecondition: TRAINING_FAILED, a check failed.</exception>
    public LiveModel OpenTrained(string artefact, string ns)
    {
        try
        {
            return Open(artefact, ns, TrainedVersion);
        }
        catch (InvalidDataException e)
        {
            throw new EngineException(
                EngineErrorKind.FailedPrecondition, "TRAINING_FAILED", $"The trainer's model doesn't pass its checks: {e.Message}", innerException: e);
        }
    }

    /// <summary>Copies an artefact from elsewhere, whole and synced, and checks the copy.</summary>
    /// <exception cref="EngineException">FailedPrecondition: MODEL_DAMAGED, a check failed.</exception>
    public void CopyChecked(string artefact, string copy, string ns)
    {
        try
        {
            var names = ArtefactManifest.Read(artefact).FileNames();
            Directory.CreateDirectory(copy);
            foreach (var name in names)
            {
                if (Path.GetFileName(name) != name) throw new InvalidDataException($"the manifest names '{name}', expected a file beside it.");
                using var source = File.OpenRead(Path.Combine(artefact, name));
                using var target = File.Create(Path.Combine(copy, name));
                source.CopyTo(target);
                target.Flush(flushToDisk: true);
            }

            Open(copy, ns, TrainedVersion);
        }
        catch (Exception e) when (e is InvalidDataException or FileNotFoundException or DirectoryNotFoundException)
        {
            throw new EngineException(EngineErrorKind.FailedPrecondition, "MODEL_DAMAGED", $"{artefact} doesn't pass its checks: {e.Message}", innerException: e);
        }
    }

    private LiveModel Open(string artefact, string ns, string version)
    {
        SessionArtefact opened;
        try
        {
            opened = SessionArtefact.Open(artefact);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"{artefact} can't be read: {e.Message}", e);
        }

        foreach (var number in opened.ItemNumbers)
        {
            if (items.IsIn(ns, number)) continue;
            throw new InvalidDataException(
                $"{artefact} knows item number {number}, which is none of namespace '{ns}' of this store: it was trained on other data.");
        }

        return new(ns, version, opened);
    }
}
