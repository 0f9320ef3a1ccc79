namespace Recsys.Content.Networks;

/// <summary>
/// What makes a network's outputs the odds they speak of, fitted on the validation part: logit k becomes slope k x logit + intercept k before softmax or
/// sigmoid. Classes: one slope, 1 / temperature (Guo et al. 2017); labels: a
/// slope and an intercept each (Platt 1999). Empty: outputs stay as they are.
/// </summary>
public sealed record NetworkCalibration
{
    /// <summary>None.</summary>
    public static NetworkCalibration None { get; } = new() { Slopes = [], Intercepts = [] };

    /// <summary>Classes: none or one. Labels: none or one a label. Above 0.</summary>
    public required IReadOnlyList<float> Slopes { get; init; }

    /// <summary>Labels: as many as slopes. Classes: none.</summary>
    public required IReadOnlyList<float> Intercepts { get; init; }

    /// <summary>Classes: by a temperature above 0.</summary>
    public static NetworkCalibration OfTemperature(double temperature) => new() { Slopes = [(float)(1 / temperature)], Intercepts = [] };

    /// <summary>What is wrong with it for a network, or null.</summary>
    internal string? Problem(NetworkTask task, int outputs)
    {
        if (Slopes is null || Intercepts is null) return "slopes or intercepts are missing";
        var expected = task switch { NetworkTask.Classes => 1, NetworkTask.Labels => outputs, _ => 0 };
        if (Slopes.Count != 0 && Slopes.Count != expected) return $"slopes are {Slopes.Count}, expected none or {expected} where the task is {task}";
        var intercepts = task == NetworkTask.Labels ? Slopes.Count : 0;
        if (Intercepts.Count != intercepts) return $"intercepts are {Intercepts.Count}, expected {intercepts}";
        foreach (var slope in Slopes)
        {
            if (!(slope > 0 && float.IsFinite(slope))) return $"slopes hold {slope}, expected finite numbers above 0";
        }

        foreach (var intercept in Intercepts)
        {
            if (!float.IsFinite(intercept)) return $"intercepts hold {intercept}, expected finite numbers";
        }

        return null;
    }
}
