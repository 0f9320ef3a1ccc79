namespace Recsys.Training.Session;

/// <summary>The learning rate over a training: a linear warm-up, then a cosine that ends at zero.</summary>
internal static class LearningRateSchedule
{
    /// <summary>Factor of the highest rate when a share of all steps is done, each 0 to 1.</summary>
    public static double Factor(double done, double warmUpShare) =>
        done < warmUpShare
            ? done / warmUpShare
            : 0.5 * (1 + Math.Cos(Math.PI * Math.Min(1, (done - warmUpShare) / (1 - warmUpShare))));
}
