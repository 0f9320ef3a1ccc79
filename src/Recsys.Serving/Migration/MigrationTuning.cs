namespace Recsys.Serving.Migration;

/// <summary>What copying and comparing share.</summary>
internal static class MigrationTuning
{
    /// <summary>Batches of users on their way at once: they wait for Redis, not for this machine's cores.</summary>
    public const int Parallelism = 8;
}
