//! Vectors of one length.

/// Brings a vector to length 1; `None` where a number of it is none. All zeros stay.
pub(crate) fn unit(mut vector: Vec<f32>) -> Option<Vec<f32>> {
    let squares: f64 = vector.iter().map(|x| f64::from(*x) * f64::from(*x)).sum();
    if !squares.is_finite() {
        return None;
    }
    if squares > 0.0 {
        let length = squares.sqrt();
        for x in &mut vector {
            *x = (f64::from(*x) / length) as f32;
        }
    }
    Some(vector)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vector_keeps_its_direction_and_loses_its_length_and_nonsense_is_none() {
        assert_eq!(unit(vec![3.0, 4.0]), Some(vec![0.6, 0.8]));
        assert_eq!(unit(vec![0.0, 0.0]), Some(vec![0.0, 0.0]));
        assert_eq!(unit(vec![f32::NAN, 1.0]), None);
        assert_eq!(unit(vec![f32::INFINITY, 1.0]), None);
        let huge = unit(vec![f32::MAX, f32::MAX]).unwrap();
        assert!((huge[0] - 0.5f32.sqrt()).abs() < 1e-6);
    }
}
