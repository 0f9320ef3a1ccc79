using System.Text.Json;
using System.Text.Json.Serialization;
using Recsys.Inference.Evaluation;

namespace Recsys.Inference.Artefacts;

/// <summary>The <c>manifest.json</c> of an artefact: what the model is, what it was trained on, how good it was, and the checksums of its files.</summary>
public sealed record ArtefactManifest
{
    /// <summary>The file's name.</summary>
    public const string FileName = "manifest.json";

    /// <summary>The format that this code writes and reads.</summary>
    public const int CurrentFormat = 1;

    /// <summary>The <see cref="Kind"/> of Session models.</summary>
    public const string SessionKind = "session";

    private const long MaxBytes = 1 << 20;

    /// <summary>Version of the artefact's layout.</summary>
    public int Format { get; init; } = CurrentFormat;

    /// <summary>Which model: <see cref="SessionKind"/>.</summary>
    public string Kind { get; init; } = SessionKind;

    /// <summary>When the training ended.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>Version of the code that trained it.</summary>
    public required string CodeVersion { get; init; }

    /// <summary>Sizes and training settings.</summary>
    public required SessionSettings Settings { get; init; }

    /// <summary>What it was trained on.</summary>
    public required TrainingDataSummary Data { get; init; }

    /// <summary>Validation figures at several cutoffs; empty where the data was too small to hold any out.</summary>
    public IReadOnlyList<RankingScore> Metrics { get; init; } = [];

    /// <summary>What whoever serves the model should know first, a sentence each: that its lists are no better than the most popular items, for one. Absent in older manifests.</summary>
    public IReadOnlyList<string> Warnings { get; init => field = value ?? []; } = [];

    /// <summary>Beside the model that it was compared with; null: with none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ModelComparison? Comparison { get; init; }

    /// <summary>How long the training took, seconds.</summary>
    public double TrainingSeconds { get; init; }

    /// <summary>The other files by name; filled in by <see cref="SessionArtefactWriter"/>.</summary>
    public IReadOnlyDictionary<string, ArtefactFile> Files { get; init; } = new Dictionary<string, ArtefactFile>();

    /// <summary>Reads a manifest alone, without opening the model: for listings.</summary>
    /// <exception cref="InvalidDataException">It is absent, not JSON, lacks a field, or is of another format.</exception>
    public static ArtefactManifest Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        byte[] bytes;
        try
        {
            var length = new FileInfo(path).Length;
            if (length > MaxBytes) throw new InvalidDataException($"{path} is {length} bytes, expected at most {MaxBytes}.");
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InvalidDataException($"{folder} is not an artefact: {FileName} is missing.", e);
        }

        ArtefactManifest? manifest;
        try
        {
            manifest = JsonSerializer.Deserialize(bytes, ManifestJson.Default.ArtefactManifest);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path} is not a valid manifest: {e.Message}", e);
        }

        if (manifest is not { Settings: not null, Data: not null, Files: not null, Metrics: not null, Kind: not null, CodeVersion: not null })
        {
            throw new InvalidDataException($"{path} is not a valid manifest: a field is null.");
        }

        if (manifest.Format != CurrentFormat)
        {
            throw new InvalidDataException($"{path} is of format {manifest.Format}, this version reads format {CurrentFormat}.");
        }

        return manifest;
    }

    /// <summary>The names of all files in ordinal order, the manifest last: what has one is whole.</summary>
    public IEnumerable<string> FileNames() => Files.Keys.Order(StringComparer.Ordinal).Append(FileName);

    /// <summary>The manifest as indented UTF-8 JSON.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, ManifestJson.Default.ArtefactManifest);
}
