using System.Text.Json;
using Recsys.Inference.Artefacts;

namespace Recsys.Content.Networks;

/// <summary>The <c>manifest.json</c> of a network's artefact: what it is, what it was trained on, how good it was, and the checksums of its files.</summary>
public sealed record NetworkManifest
{
    /// <summary>The format that this code writes and reads.</summary>
    public const int CurrentFormat = 1;

    /// <summary>The <see cref="Kind"/> of networks.</summary>
    public const string NetworkArtefactKind = "network";

    private const long MaxBytes = 16 << 20;

    /// <summary>Version of the artefact's layout.</summary>
    public int Format { get; init; } = CurrentFormat;

    /// <summary>Which model: <see cref="NetworkArtefactKind"/>.</summary>
    public string Kind { get; init; } = NetworkArtefactKind;

    /// <summary>When the training ended.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>Version of the code that trained it.</summary>
    public required string CodeVersion { get; init; }

    /// <summary>What the training was told.</summary>
    public required NetworkSpec Spec { get; init; }

    /// <summary>Its labels, or its number's scale.</summary>
    public required FittedTarget Target { get; init; }

    /// <summary>What makes its outputs probabilities.</summary>
    public required NetworkCalibration Calibration { get; init; }

    /// <summary>Labels: from which probability on each is told, chosen on the validation part; empty: 0.5.</summary>
    public IReadOnlyList<double> Thresholds { get; init => field = value ?? []; } = [];

    /// <summary>What it was trained on.</summary>
    public required NetworkDataSummary Data { get; init; }

    /// <summary>How good it and its baselines were.</summary>
    public IReadOnlyList<NetworkReport> Reports { get; init => field = value ?? []; } = [];

    /// <summary>What whoever serves it should know first, a sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; init => field = value ?? []; } = [];

    /// <summary>How long the training took, seconds.</summary>
    public double TrainingSeconds { get; init; }

    /// <summary>The other files by name; filled in by <see cref="NetworkArtefactWriter"/>.</summary>
    public IReadOnlyDictionary<string, ArtefactFile> Files { get; init => field = value ?? new Dictionary<string, ArtefactFile>(); } = new Dictionary<string, ArtefactFile>();

    /// <summary>Reads a manifest alone, without opening the model: for listings.</summary>
    /// <exception cref="InvalidDataException">
    /// It is absent, too large, not JSON, lacks a field, is of another format or kind, or its fields don't fit each other.
    /// </exception>
    public static NetworkManifest Read(string folder)
    {
        var path = Path.Combine(folder, ArtefactManifest.FileName);
        var manifest = ContentJson.Read(path, MaxBytes, ContentJson.Default.NetworkManifest);
        if (manifest.Format != CurrentFormat) throw new InvalidDataException($"{path} is of format {manifest.Format}, this version reads format {CurrentFormat}.");
        if (manifest.Kind != NetworkArtefactKind) throw new InvalidDataException($"{path} is of kind '{manifest.Kind}', expected '{NetworkArtefactKind}'.");
        return manifest.Problem() is { } problem ? throw new InvalidDataException($"{path}: {problem}.") : manifest;
    }

    /// <summary>The manifest as indented UTF-8 JSON.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, ContentJson.Default.NetworkManifest);

    /// <summary>The names of all files in ordinal order, the manifest last: what has one is whole.</summary>
    public IEnumerable<string> FileNames() => Files.Keys.Order(StringComparer.Ordinal).Append(ArtefactManifest.FileName);

    /// <summary>What is wrong with it, or null.</summary>
    internal string? Problem()
    {
        if (CodeVersion is null || Data is null || Spec is null || Target is null || Calibration is null) return "a field is null";
        if (Reports.Contains(null!) || Warnings.Contains(null!) || Files.Values.Contains(null!)) return "reports, warnings or files hold null";
        if (Spec.Problem() is { } spec) return $"spec.{spec}";
        if (Target.Problem(Spec) is { } target) return $"target.{target}";
        if (Calibration.Problem(Spec.Network.Task, Target.Outputs()) is { } calibration) return $"calibration.{calibration}";
        var thresholds = Spec.Network.Task == NetworkTask.Labels ? Target.Outputs() : 0;
        if (Thresholds.Count != 0 && Thresholds.Count != thresholds) return $"thresholds are {Thresholds.Count}, expected none or {thresholds}";
        return Thresholds.All(double.IsFinite) ? null : "thresholds hold a number that isn't finite";
    }
}
