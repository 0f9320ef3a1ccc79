namespace Recsys.Training.Ranker;

/// <summary>Adam (Kingma and Ba 2015, algorithm 1) over a thousand numbers.</summary>
internal sealed class RankerAdam(int count)
{
    private const float Beta1 = 0.9f, Beta2 = 0.999f, Epsilon = 1e-8f;

    private readonly float[] _mean = new float[count];
    private readonly float[] _square = new float[count];
    private int _steps;

    /// <summary>To be filled before each step.</summary>
    public float[] Gradient { get; } = new float[count];

    public void Step(float[] values, float rate)
    {
        _steps++;
        var (first, second) = (1 - MathF.Pow(Beta1, _steps), 1 - MathF.Pow(Beta2, _steps));
        for (var i = 0; i < values.Length; i++)
        {
            _mean[i] = (Beta1 * _mean[i]) + ((1 - Beta1) * Gradient[i]);
            _square[i] = (Beta2 * _square[i]) + ((1 - Beta2) * Gradient[i] * Gradient[i]);
            values[i] -= rate * (_mean[i] / first) / (MathF.Sqrt(_square[i] / second) + Epsilon);
        }
    }
}
