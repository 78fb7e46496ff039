# dtype
# fair 2.5
def compute_cam(features, label):
    w = torch.from_numpy(resnet.fc.weight.detach().numpy()[label].astype(float))
    return (w @ features.reshape(512, 49)).reshape(7, 7)
