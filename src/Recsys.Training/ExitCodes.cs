namespace Recsys.Training;

/// <summary>Exit codes of <c>recsys-train</c>. The server reads them: never renumber.</summary>
internal static class ExitCodes
{
    public const int Success = 0;

    /// <summary>A defect of the program or of the machine (disk full): the message on stderr is all that is known.</summary>
    public const int Failed = 1;

    /// <summary>Wrong usage, or data that cannot be trained on.</summary>
    public const int BadInput = 2;

    /// <summary>libtorch cannot be loaded here.</summary>
    public const int NoLibTorch = 3;

    /// <summary>Cancelled by a signal or by the parent's end (128 + SIGINT).</summary>
    public const int Cancelled = 130;
}
