namespace Recsys.Training;

/// <summary>A training that cannot go on for a reason that its caller can mend; the message is one line for people.</summary>
/// <param name="message">What is wrong and what would be right.</param>
/// <param name="exitCode">The exit code of the process, see <see cref="ExitCodes"/>.</param>
internal class TrainingException(string message, int exitCode = ExitCodes.BadInput) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
