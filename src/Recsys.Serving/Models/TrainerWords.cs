using System.Globalization;

namespace Recsys.Serving.Models;

/// <summary>What a training's options are on the trainer's command line, beside those of every training.</summary>
internal static class TrainerWords
{
    /// <summary>The words.</summary>
    /// <param name="options">How to train.</param>
    /// <param name="live">The live model's artefact; null: there is none.</param>
    public static IReadOnlyList<string> Of(TrainingOptions options, string? live) =>
    [
        .. options.Threads > 0 ? ["--threads", options.Threads.ToString(CultureInfo.InvariantCulture)] : (string[])[],
        .. live is null || !options.Gate ? (string[])[] : ["--compare-with", live],
        .. live is null || !options.WarmStart ? (string[])[] : ["--warm-start", live],
    ];
}
