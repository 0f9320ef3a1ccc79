using Microsoft.Extensions.Time.Testing;

namespace Recsys.TrainingTests.Tuning;

/// <summary>A clock that goes by how often it's read, a hundredth of a second each: trainings take as long as they have steps, whatever else the machine does.</summary>
internal sealed class TickingTime : FakeTimeProvider
{
    private bool _advancing;

    /// <summary>Seconds since it was made.</summary>
    public double Seconds { get; private set; }

    public override long GetTimestamp()
    {
        if (!_advancing)
        {
            _advancing = true;
            Seconds += 0.01;
            Advance(TimeSpan.FromSeconds(0.01));
            _advancing = false;
        }
        return base.GetTimestamp();
    }
}
