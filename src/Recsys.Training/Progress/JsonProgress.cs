using System.Text.Json;

namespace Recsys.Training.Progress;

/// <summary>Progress as JSON lines.</summary>
internal sealed class JsonProgress(TextWriter output) : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value)
    {
        output.WriteLine(JsonSerializer.Serialize(value, ProgressJson.Default.TrainingProgress));
        output.Flush();
    }
}
