namespace Recsys.Serving.Models;

/// <summary>Which settings a training has: its own, or those that the server has for all.</summary>
/// <param name="configuredFile">The file of those for all; empty: there is none.</param>
internal sealed class TrainerSettings(string configuredFile)
{
    /// <summary>The file to give to the trainer; null: none.</summary>
    /// <param name="path">Where to write the training's own settings.</param>
    /// <param name="settingsJson">The training's own settings, a JSON object; null: it has none.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="EngineException">FailedPrecondition: the file for all isn't there.</exception>
    public async Task<string?> FileAsync(string path, string? settingsJson, CancellationToken cancellationToken)
    {
        if (settingsJson is not null)
        {
            await File.WriteAllTextAsync(path, settingsJson, cancellationToken);
            return path;
        }

        if (configuredFile.Length == 0) return null;
        return File.Exists(configuredFile)
            ? Path.GetFullPath(configuredFile)
            : throw new EngineException(EngineErrorKind.FailedPrecondition, "TRAINER_SETTINGS_MISSING", $"The trainer's settings are not at {configuredFile} (TrainerSettings).");
    }
}
