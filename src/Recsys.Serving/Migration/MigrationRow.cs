namespace Recsys.Serving.Migration;

/// <summary>One kind of content in both stores.</summary>
/// <param name="Name">What is counted.</param>
/// <param name="Source">How many the source has.</param>
/// <param name="Target">How many the target has.</param>
/// <param name="SourceChecksum">Over the source's; empty: only counted, and part of another row's checksum.</param>
/// <param name="TargetChecksum">Over the target's.</param>
public sealed record MigrationRow(string Name, long Source, long Target, string SourceChecksum = "", string TargetChecksum = "")
{
    /// <summary>Whether both stores have the same.</summary>
    public bool IsEqual => Source == Target && SourceChecksum == TargetChecksum;
}
