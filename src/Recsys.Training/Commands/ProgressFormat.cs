namespace Recsys.Training.Commands;

/// <summary>How progress is written.</summary>
internal enum ProgressFormat
{
    Text,
    Json,
}
