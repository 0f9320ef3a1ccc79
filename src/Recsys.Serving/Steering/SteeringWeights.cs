namespace Recsys.Serving.Steering;

/// <summary>How strong each word is, in logits: by e to the power of it the odds of an item that is just like the subject are multiplied. docs/steering.md lists them.</summary>
internal static class SteeringWeights
{
    /// <summary>Of an item that more is wanted of; an item whose vector has a cosine c with it gets c of this.</summary>
    public const float More = 6;

    /// <summary>Of an item that less is wanted of. Less than <see cref="More"/>: a user's whole list is alike to a model, and at -6 nothing of it stayed.</summary>
    public const float Less = -2;

    /// <summary>Of a label, more.</summary>
    public const float MoreLabel = 2;

    /// <summary>Of a label, less.</summary>
    public const float LessLabel = -3;

    /// <summary>Of a label that was picked on arrival.</summary>
    public const float PickedLabel = 1;

    /// <summary>All words together move an item by no more than this, up or down.</summary>
    public const float Most = 10;

    /// <summary>Where lists are by age: so many days younger makes a logit.</summary>
    public const float DaysOfLogit = 30;

    /// <summary>From so many interactions on, what was picked on arrival counts no more.</summary>
    public const int PickedUntil = 5;
}
