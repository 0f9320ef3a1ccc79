namespace Recsys.Inference.Artefacts;

/// <summary>How a model's network did beside another one's, on held-out interactions that neither was trained on: those newer than all that the other one knows.</summary>
public sealed record ModelComparison
{
    /// <summary>Users with such an interaction; each is asked for one.</summary>
    public required int Users { get; init; }

    /// <summary>This model's mean NDCG@10.</summary>
    public required double Ndcg { get; init; }

    /// <summary>The other model's; an item that it doesn't know is a miss.</summary>
    public required double BaselineNdcg { get; init; }

    /// <summary>Standard error of the mean of the users' differences.</summary>
    public required double StandardError { get; init; }
}
