namespace Recsys.Serving.Models;

/// <summary>How to evaluate.</summary>
public sealed record EvaluationOptions
{
    /// <summary>Split.</summary>
    public EvaluationSplit Split { get; init; } = EvaluationSplit.LeaveOneOut;

    /// <summary>0: chosen from the data.</summary>
    public int Epochs { get; init; }

    /// <summary>Seed of everything random.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Leave out what the user has interacted with.</summary>
    public bool ExcludeSeen { get; init; } = true;

    /// <summary>0: all.</summary>
    public int MaxUsers { get; init; }

    /// <summary>Evaluate these users only; empty: all. Everybody is trained on.</summary>
    public IReadOnlyCollection<string> UserIds { get; init; } = [];

    /// <summary>The trainer's settings of the model itself, a JSON object; null: as for any training.</summary>
    public string? SettingsJson { get; init; }

    /// <summary>Further models to train and to measure.</summary>
    public IReadOnlyList<EvaluationVariant> Variants { get; init; } = [];

    /// <summary>For <see cref="EvaluationSplit.Given"/>: whom to evaluate.</summary>
    public IReadOnlyList<TestUser> Test { get; init; } = [];

    /// <summary>
    /// For <see cref="EvaluationSplit.Given"/>: predict every next item of a user after the first; false: only the last. For <see cref="EvaluationSplit.Temporal"/>: every item from the
    /// split's moment on; false: only the first.
    /// </summary>
    public bool EveryNext { get; init; } = true;
}
