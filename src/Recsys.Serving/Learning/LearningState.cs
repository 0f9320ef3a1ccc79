namespace Recsys.Serving.Learning;

/// <summary>
/// What continuous learning remembers. One document: the cursor and what was counted up to it change at one moment, so that no interaction counts twice, whoever counts and whenever it
/// ends; and the lease by which one process learns at a time.
/// </summary>
internal sealed record LearningState
{
    /// <summary>Events before this cursor are counted.</summary>
    public byte[] Events { get; init; } = [];

    /// <summary>By namespace.</summary>
    public IReadOnlyDictionary<string, NamespaceLearning> Namespaces { get; init; } = new Dictionary<string, NamespaceLearning>();

    /// <summary>Who learns; empty: nobody.</summary>
    public string Owner { get; init; } = "";

    /// <summary>Until when, if that process doesn't say it again, Unix ms.</summary>
    public long LeaseEndMs { get; init; }

    /// <summary>The namespace that is being trained; empty: none.</summary>
    public string Training { get; init; } = "";

    /// <summary>What is remembered of a namespace.</summary>
    public NamespaceLearning Of(string ns) => Namespaces.GetValueOrDefault(ns) ?? new();

    /// <summary>With something else remembered of a namespace.</summary>
    public LearningState With(string ns, NamespaceLearning learning) =>
        this with { Namespaces = new Dictionary<string, NamespaceLearning>(Namespaces, StringComparer.Ordinal) { [ns] = learning } };
}
