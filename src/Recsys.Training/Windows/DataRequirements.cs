namespace Recsys.Training.Windows;

/// <summary>The least that a training is worth starting with.</summary>
internal static class DataRequirements
{
    public const int MinTargets = 100;
    public const int MinUsers = 2;
    public const int MinItems = 2;

    /// <summary>Says in one line what there is too little of.</summary>
    /// <exception cref="TrainingException">There is too little.</exception>
    public static void Check(DataShape shape)
    {
        var missing = new List<string>();
        if (shape.Targets < MinTargets)
            missing.Add($"{Count(shape.Targets, "interaction")} that a model could learn to predict (plays of at least a tenth, likes, ratings, purchases, shares, after others of the same user), "
                + $"needed are {MinTargets}");
        if (shape.Users < MinUsers)
            missing.Add($"{Count(shape.Users, "user")}, needed are {MinUsers}");
        if (shape.Items < MinItems)
            missing.Add($"{Count(shape.Items, "item")}, needed are {MinItems}");
        if (missing.Count > 0)
            throw new TrainingException("too little to train on: " + string.Join("; ", missing));
    }

    private static string Count(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";
}
