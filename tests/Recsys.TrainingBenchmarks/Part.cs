namespace Recsys.TrainingBenchmarks;

/// <summary>One of the things that are compared; each measurement is a process of its own.</summary>
/// <param name="Name">On the command line.</param>
/// <param name="Title">In the table.</param>
/// <param name="Plain">The plain loop; else the trainer.</param>
/// <param name="KeepsMemory">With the allocator set as the trainer sets it; else as the C library has it.</param>
internal sealed record Part(string Name, string Title, bool Plain, bool KeepsMemory)
{
    /// <summary>What <c>NativeSetup</c> sets by calls, for a program that knows nothing of it.</summary>
    public static readonly IReadOnlyDictionary<string, string> AllocatorVariables = new Dictionary<string, string>
    {
        ["MALLOC_MMAP_MAX_"] = "0",
        ["MALLOC_ARENA_MAX"] = "1",
        ["MALLOC_TRIM_THRESHOLD_"] = "2147483647",
        ["MALLOC_TOP_PAD_"] = "67108864",
    };

    public static readonly IReadOnlyList<Part> All =
    [
        new("plain", "plain loop", Plain: true, KeepsMemory: false),
        new("plain-allocator", "plain loop, allocator set", Plain: true, KeepsMemory: true),
        new("trainer-default", "recsys-train, default allocator", Plain: false, KeepsMemory: false),
        new("trainer", "recsys-train", Plain: false, KeepsMemory: true),
    ];
}
